# SPDX-License-Identifier: GPL-3.0-or-later
"""What an avatar is changed with: rows of swatches, sliders with a way back, grids of parts drawn by the rig itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QIcon,
    QImage,
    QMouseEvent,
    QPainter,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QColorDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.avatar.look import Slider

SWATCH_PIXELS = 26
_FEWEST_A_LINE = 6
_STEPS = 100
THUMBNAIL = QSize(96, 116)
_USUAL_A_LINE = 4
_GRID_STYLE = """
QListWidget::item { border: 2px solid transparent; border-radius: 10px; padding: 3px; }
QListWidget::item:hover { background: palette(midlight); }
QListWidget::item:selected { background: transparent; border-color: palette(highlight); color: palette(window-text); }
QListWidget::item:focus { border-color: palette(window-text); }
"""


class _Board(QWidget):
    """Buttons of one size from left to right, in as many lines as the width asks for."""

    def __init__(self) -> None:
        super().__init__()
        self._buttons: list[QToolButton] = []
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, button: QToolButton) -> None:
        button.setParent(self)
        self._buttons.append(button)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        a_line = max(1, width // self._cell().width())
        return -(-len(self._buttons) // a_line) * self._cell().height()

    def sizeHint(self) -> QSize:
        width = _FEWEST_A_LINE * self._cell().width()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(_FEWEST_A_LINE * self._cell().width(), self._cell().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        cell = self._cell()
        a_line = max(1, self.width() // cell.width())
        for index, button in enumerate(self._buttons):
            place = QPoint((index % a_line) * cell.width(), (index // a_line) * cell.height())
            button.setGeometry(QRect(place, cell))

    def _cell(self) -> QSize:
        return self._buttons[0].sizeHint()


class SwatchRow(QWidget):
    """One color of a look: curated swatches and a free choice."""

    chosen = Signal(str)

    def __init__(self, label: str, swatches: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(4)
        column.addWidget(QLabel(label))
        board = _Board()
        column.addWidget(board)
        for index, color in enumerate(swatches):
            what = self.tr("as it comes") if not color else f"{index + 1}, {color}"
            button = self._button(f"{label}: {what}", what)
            button.setIcon(swatch_icon(color, self.palette()))
            button.clicked.connect(lambda _=False, chosen=color: self.chosen.emit(chosen))
            self._buttons[color] = button
            board.add(button)
        self._free = self._button(self.tr("{label}: any color").format(label=label), self.tr("Any color…"))
        self._free.clicked.connect(self._choose_freely)
        board.add(self._free)
        self._color = ""

    def _button(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setIconSize(QSize(SWATCH_PIXELS, SWATCH_PIXELS))
        button.setStyleSheet("QToolButton { padding: 1px; }")
        button.setAccessibleName(name)
        button.setToolTip(tip)
        self._group.addButton(button)
        return button

    def show_color(self, color: str) -> None:
        """Marks the color that the look has, without announcing it."""
        self._color = color
        self._free.setIcon(swatch_icon(color if color not in self._buttons else "", self.palette(), plus=True))
        self._buttons.get(color, self._free).setChecked(True)

    def _choose_freely(self) -> None:
        start = QColor(self._color or "#808080")
        color = QColorDialog.getColor(start, self, self._label)
        if color.isValid():
            self.chosen.emit(color.name())
        else:
            self.show_color(self._color)


def swatch_icon(color: str, palette: QPalette, plus: bool = False) -> QIcon:
    """A disc of the color, ringed when chosen; a struck-out ring for none, a cross for "any other"."""
    icon = QIcon()
    ink = palette.color(QPalette.ColorRole.WindowText)
    for state in (QIcon.State.Off, QIcon.State.On):
        pixmap = QPixmap(2 * SWATCH_PIXELS, 2 * SWATCH_PIXELS)
        pixmap.setDevicePixelRatio(2.0)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(SWATCH_PIXELS / 2, SWATCH_PIXELS / 2)
        edge = QColor(ink)
        edge.setAlphaF(0.35)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(QColor(color) if color else Qt.BrushStyle.NoBrush)
        radius = SWATCH_PIXELS / 2 - (4 if state is QIcon.State.On else 2)
        painter.drawEllipse(middle, radius, radius)
        painter.setPen(QPen(ink, 1.4))
        if plus and not color:
            painter.drawLine(middle - QPointF(5, 0), middle + QPointF(5, 0))
            painter.drawLine(middle - QPointF(0, 5), middle + QPointF(0, 5))
        elif not color:
            painter.drawLine(middle + QPointF(-6, 6), middle + QPointF(6, -6))
        if state is QIcon.State.On:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2))
            painter.drawEllipse(middle, SWATCH_PIXELS / 2 - 1.5, SWATCH_PIXELS / 2 - 1.5)
        painter.end()
        icon.addPixmap(pixmap, QIcon.Mode.Normal, state)
    return icon


class LookSlider(QWidget):
    """One slider of a look; a double click, Delete or the small button brings the default back."""

    moved = Signal(float)

    def __init__(self, spec: Slider, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        name = QLabel(label)
        name.setMinimumWidth(112)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(spec.low * _STEPS), round(spec.high * _STEPS))
        self.slider.setPageStep(20)
        self.slider.setSingleStep(4)
        self.slider.setAccessibleName(label)
        self.slider.setToolTip(self.tr("Double-click brings the middle back"))
        self.slider.valueChanged.connect(lambda value: self.moved.emit(value / _STEPS))
        self.slider.installEventFilter(self)
        name.setBuddy(self.slider)
        back = QToolButton()
        back.setText("↺")
        back.setAutoRaise(True)
        back.setAccessibleName(self.tr("Reset {label}").format(label=label))
        back.clicked.connect(self.reset)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(name)
        row.addWidget(self.slider, 1)
        row.addWidget(back)

    def show_value(self, value: float) -> None:
        """Moves the handle without announcing it."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(value * _STEPS))
        self.slider.blockSignals(False)

    def reset(self) -> None:
        self.slider.setValue(round(self._spec.default * _STEPS))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonDblClick:
            self.reset()
            return True
        return False


class PictureGrid(QListWidget):
    """Choices as pictures; each is drawn only when the grid is seen, one per turn of the event loop."""

    picked = Signal(str)

    def __init__(self, label: str, draw: Callable[[str], QImage], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draw = draw
        self._stale: list[QListWidgetItem] = []
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._draw_next)
        self.setAccessibleName(label)
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setIconSize(THUMBNAIL)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setUniformItemSizes(True)
        self.setStyleSheet(_GRID_STYLE)
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # the page scrolls
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.currentItemChanged.connect(self._bring_into_view)
        # not currentItemChanged: that comes from focus alone, and tabbing through must change nothing
        self.itemSelectionChanged.connect(lambda: self._announce(next(iter(self.selectedItems()), None)))
        self.itemClicked.connect(self._announce)
        self.itemActivated.connect(self._announce)

    def fill(self, choices: Sequence[tuple[str, str]]) -> None:
        """Ids and names, in order."""
        self.blockSignals(True)
        self.clear()
        metrics = self.fontMetrics()
        lines = 2 if any(metrics.horizontalAdvance(name) > THUMBNAIL.width() for _, name in choices) else 1
        around = 16 if lines == 1 else 26
        cell = THUMBNAIL + QSize(18, around + lines * metrics.lineSpacing())
        self.setGridSize(cell)
        for choice, name in choices:
            item = QListWidgetItem(name)
            item.setData(Qt.ItemDataRole.UserRole, choice)
            item.setSizeHint(cell - QSize(6, 6))
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            item.setIcon(_plain_icon(_blank(self.palette())))
            self.addItem(item)
        self.blockSignals(False)
        self.updateGeometry()
        self.redraw()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """All choices are seen, however many a line holds."""
        frame, cell = 2 * self.frameWidth(), self.gridSize()
        a_line = max(1, (width - frame - 1) // cell.width())  # Qt leaves the last pixel free
        return -(-self.count() // a_line) * cell.height() + frame

    def sizeHint(self) -> QSize:
        width = _USUAL_A_LINE * self.gridSize().width() + 2 * self.frameWidth()
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return self.gridSize() + QSize(2, 2) * self.frameWidth()

    def redraw(self) -> None:
        """All pictures are out of date; those one can see are drawn first."""
        items = [self.item(row) for row in range(self.count())]
        seen = self.viewport().visibleRegion().boundingRect()
        items.sort(key=lambda item: not self.visualItemRect(item).intersects(seen))
        self._stale = items
        if self.isVisible():
            self._timer.start()

    @property
    def waiting(self) -> int:
        """Pictures still to be drawn."""
        return len(self._stale)

    def show_choice(self, choice: str) -> None:
        """Marks the choice without announcing it."""
        self.blockSignals(True)
        for row in range(self.count()):
            if self.item(row).data(Qt.ItemDataRole.UserRole) == choice:
                self.setCurrentRow(row)
        self.blockSignals(False)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._timer.start()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows where the keyboard is, though nothing may be chosen yet."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.count():
            first = self.model().index(0, 0)
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def _draw_next(self) -> None:
        if not self._stale:
            self._timer.stop()
            return
        item = self._stale.pop(0)
        item.setIcon(_plain_icon(_rounded(self._draw(str(item.data(Qt.ItemDataRole.UserRole))))))

    def _bring_into_view(self, item: QListWidgetItem | None) -> None:
        """The arrow keys move on; the page that scrolls follows."""
        page: QWidget | None = self.parentWidget()
        while page is not None and not isinstance(page, QScrollArea):
            page = page.parentWidget()
        if item is not None and isinstance(page, QScrollArea) and (whole := page.widget()) is not None:
            place = self.visualItemRect(item)
            at = self.viewport().mapTo(whole, place.center())
            page.ensureVisible(at.x(), at.y(), place.width() // 2, place.height() // 2 + 6)

    def _announce(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.picked.emit(str(item.data(Qt.ItemDataRole.UserRole)))


def _plain_icon(pixmap: QPixmap) -> QIcon:
    """An icon that a selection does not tint; its frame tells."""
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def _blank(palette: QPalette) -> QPixmap:
    pixmap = QPixmap(THUMBNAIL)
    pixmap.fill(palette.color(QPalette.ColorRole.AlternateBase))
    return pixmap


def _rounded(image: QImage) -> QPixmap:
    pixmap = QPixmap(image.size())
    pixmap.setDevicePixelRatio(image.devicePixelRatio())
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QPixmap.fromImage(image))
    size = image.deviceIndependentSize()
    painter.drawRoundedRect(QRectF(0, 0, size.width(), size.height()), 8, 8)
    painter.end()
    return pixmap
