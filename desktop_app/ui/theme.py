# SPDX-License-Identifier: GPL-3.0-or-later
"""How Fireside looks: a light and a dark set of colors of our own, as a palette and one small style sheet."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop_app import bundle
from desktop_app.domain.settings import Theme


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colors of one theme, by what they are for."""

    window: str
    """Behind everything."""

    surface: str
    """Fields, lists, the conversation."""

    raised: str
    """The companion's words, buttons, badges."""

    hover: str
    """Raised, under the pointer."""

    warm: str
    """The person's words."""

    line: str
    """Quiet separators; decoration only."""

    border: str
    """Outlines that tell where a control is."""

    text: str
    muted: str
    """Secondary text."""

    ember: str
    """The one accent: what matters now, and focus."""

    ember_hover: str
    on_ember: str
    """Text and drawings on ember."""

    notice: str
    notice_border: str


LIGHT = Tokens(
    window="#f7f1ea",
    surface="#fffcf8",
    raised="#efe6dc",
    hover="#e6dacd",
    warm="#fbe0ce",
    line="#e3d7ca",
    border="#8d7c6e",
    text="#2b211c",
    muted="#65564b",
    ember="#b8431a",
    ember_hover="#9f3813",
    on_ember="#ffffff",
    notice="#fdeecb",
    notice_border="#a8750c",
)

DARK = Tokens(
    window="#1b1614",
    surface="#231d1a",
    raised="#332a26",
    hover="#403630",
    warm="#533121",
    line="#3b312c",
    border="#917f73",
    text="#f5ece4",
    muted="#bcac9f",
    ember="#f28149",
    ember_hover="#f7996a",
    on_ember="#20110a",
    notice="#40331a",
    notice_border="#b98a35",
)


def palette_of(tokens: Tokens) -> QPalette:
    """The same colors as roles; what is painted by hand reads only these, and so follows every change by itself."""
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, color in {
        roles.Window: tokens.window,
        roles.WindowText: tokens.text,
        roles.Base: tokens.surface,
        roles.AlternateBase: tokens.raised,
        roles.Text: tokens.text,
        roles.PlaceholderText: tokens.muted,
        roles.Button: tokens.raised,
        roles.ButtonText: tokens.text,
        roles.BrightText: tokens.on_ember,
        roles.Highlight: tokens.ember,
        roles.HighlightedText: tokens.on_ember,
        roles.Accent: tokens.ember,
        roles.Link: tokens.ember,
        roles.LinkVisited: tokens.ember,
        roles.ToolTipBase: tokens.text,
        roles.ToolTipText: tokens.window,
        roles.Light: tokens.surface,
        roles.Midlight: tokens.hover,
        roles.Mid: tokens.line,
        roles.Dark: tokens.border,
        roles.Shadow: tokens.text,
    }.items():
        palette.setColor(role, QColor(color))
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.border))
    return palette


_STYLE = Template("""
QToolTip { background: $text; color: $window; border: 1px solid $text; border-radius: 6px; padding: 5px 8px; }

QLineEdit, QPlainTextEdit, QComboBox {
    background: $surface; color: $text; border: 1px solid $border; border-radius: 10px; padding: 7px 10px;
    selection-background-color: $ember; selection-color: $on_ember; placeholder-text-color: $muted; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus { border: 2px solid $ember; padding: 6px 9px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { color: $muted; border-color: $line; }
QComboBox { combobox-popup: 0; }
QComboBox::drop-down { border: none; width: 30px; }
QComboBox::down-arrow { image: url($chevron); width: 16px; height: 16px; }
QComboBox QLineEdit, QComboBox QLineEdit:focus {
    border: none; padding: 0; margin-left: -4px; background: transparent; }
QComboBox QAbstractItemView {
    background: $surface; color: $text; border: 1px solid $border; border-radius: 8px; padding: 4px; outline: none;
    selection-background-color: $ember; selection-color: $on_ember; }
QComboBox QAbstractItemView::item { padding: 5px 6px; border-radius: 6px; }
QComboBox QAbstractItemView::item:selected { background: $ember; color: $on_ember; }

QMenu { background: $surface; color: $text; border: 1px solid $border; padding: 5px; }
QMenu::item { padding: 6px 22px 6px 28px; border-radius: 6px; }
QMenu::item:selected { background: $ember; color: $on_ember; }
QMenu::item:disabled { color: $muted; background: transparent; }
QMenu::separator { height: 1px; background: $line; margin: 5px 8px; }
QMenu::indicator { width: 16px; height: 16px; left: 7px; border-radius: 4px; }
QMenu::indicator:checked { background: $ember; image: url($check); }

QPushButton {
    background: $raised; color: $text; border: 1px solid $border; border-radius: 10px; padding: 8px 16px; }
QPushButton:hover { background: $hover; }
QPushButton:focus { border: 2px solid $ember; padding: 7px 15px; }
QPushButton:disabled { color: $muted; border-color: $line; }
QPushButton[primary="true"] { background: $ember; color: $on_ember; border-color: $ember; font-weight: 600; }
QPushButton[primary="true"]:hover { background: $ember_hover; }
QPushButton[primary="true"]:focus { border: 2px solid $text; }
QPushButton[primary="true"]:disabled { background: $raised; color: $muted; border-color: $line; }
QPushButton[badge="true"] {
    background: transparent; color: $muted; border: 1px solid $border; border-radius: 10px;
    padding: 0 10px; min-height: 20px; }
QPushButton[badge="true"]:hover { background: $raised; color: $text; }
QPushButton[badge="true"]:focus { border: 2px solid $ember; padding: 0 9px; min-height: 18px; }

QToolButton { background: transparent; border: 2px solid transparent; border-radius: 10px; padding: 6px; }
QToolButton:hover { background: $hover; }
QToolButton:focus { border-color: $ember; }
QToolButton[filled="true"] { background: $ember; }
QToolButton[filled="true"]:hover { background: $ember_hover; }
QToolButton[filled="true"]:focus { border-color: $text; }
QToolButton[filled="true"]:disabled { background: $raised; }
QToolButton[filled="quietly"] { background: $raised; border: 1px solid $border; padding: 7px; }
QToolButton[filled="quietly"]:hover { background: $hover; }
QToolButton[filled="quietly"]:focus { border: 2px solid $ember; padding: 6px; }

QCheckBox { spacing: 10px; padding: 4px; border: 2px solid transparent; border-radius: 8px; }
QCheckBox:focus { border-color: $ember; }
QCheckBox::indicator { width: 18px; height: 18px; border: 1px solid $border; border-radius: 5px; background: $surface; }
QCheckBox::indicator:checked { background: $ember; border-color: $ember; image: url($check); }

QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QScrollArea, QListView { background: transparent; border: none; }
QListWidget { outline: none; }
QListWidget::item { border: 2px solid transparent; border-radius: 8px; padding: 6px 8px; }
QListWidget::item:hover { background: $hover; }
QListWidget::item:selected { background: $raised; color: $text; }
QListWidget::item:selected:focus { border-color: $ember; }
QSlider { min-height: 24px; }
QSlider::groove:horizontal { height: 4px; background: $border; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $ember; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; margin: -5px 0; border-radius: 7px; background: $ember; }
QSlider::handle:horizontal:hover { background: $ember_hover; }
QSlider::handle:horizontal:focus { width: 10px; border: 2px solid $text; }
QScrollArea#conversation { border: 2px solid transparent; border-radius: 17px; }
QScrollArea#conversation:focus { border-color: $ember; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar::handle:vertical { background: $border; border-radius: 4px; min-height: 32px; }
QScrollBar::handle:vertical:hover { background: $muted; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle:horizontal { background: $border; border-radius: 4px; min-width: 32px; }
QScrollBar::handle:horizontal:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QLabel[quiet="true"] { color: $muted; }
QFrame#pane { background: $surface; border: 1px solid $line; border-radius: 18px; }
QFrame#notice { background: $notice; border: 1px solid $notice_border; border-radius: 12px; }
QFrame[bubble="person"] { background: $warm; border-radius: 16px; border-bottom-right-radius: 5px; }
QFrame[bubble="companion"] { background: $raised; border-radius: 16px; border-bottom-left-radius: 5px; }
QFrame[divider="true"] { background: $line; border: none; }
QFrame[card="true"] { background: $surface; border: 1px solid $line; border-radius: 12px; }
""")


def style_sheet_of(tokens: Tokens) -> str:
    """The style sheet. Its two drawings are files and cannot be tinted, hence one per theme."""
    shade = "dark" if tokens is DARK else "light"
    return _STYLE.substitute(
        asdict(tokens),
        chevron=(bundle.ICONS / f"control-chevron-{shade}.svg").as_posix(),
        check=(bundle.ICONS / f"control-check-{shade}.svg").as_posix(),
    )


class ThemeSwitch(QObject):
    """Dresses the whole application, and follows the system's light and dark where Qt knows them."""

    def __init__(self, application: QApplication, chosen: Theme = Theme.SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._chosen = chosen
        fusion = QStyleFactory.create("Fusion")
        application.setStyle(fusion)
        font = QFont(application.font())
        font.setFamilies([font.family(), "Noto Sans", "DejaVu Sans", "Noto Color Emoji"])
        font.setPointSizeF(max(10.5, font.pointSizeF()))
        application.setFont(font)
        application.styleHints().colorSchemeChanged.connect(self._dress)
        self._dress()

    @property
    def tokens(self) -> Tokens:
        """The colors in use."""
        if self._chosen is Theme.SYSTEM:
            scheme = self._application.styleHints().colorScheme()
            return DARK if scheme is Qt.ColorScheme.Dark else LIGHT
        return DARK if self._chosen is Theme.DARK else LIGHT

    def choose(self, chosen: Theme) -> None:
        if chosen is not self._chosen:
            self._chosen = chosen
            self._dress()

    def _dress(self) -> None:
        self._application.setPalette(palette_of(self.tokens))
        self._application.setStyleSheet(style_sheet_of(self.tokens))
