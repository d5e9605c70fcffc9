-- What was said, as it was really heard, and what is known about the person.

CREATE TABLE messages (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    persona_id  TEXT NOT NULL,
    speaker     TEXT NOT NULL CHECK (speaker IN ('person', 'companion')),
    text        TEXT NOT NULL,
    said_at     TEXT NOT NULL,                       -- ISO 8601
    interrupted INTEGER NOT NULL DEFAULT 0 CHECK (interrupted IN (0, 1))
) STRICT;

CREATE INDEX messages_of_persona ON messages (persona_id, id);

-- Full-text search without accents: "ete" finds "été". The words themselves stay in messages.
CREATE VIRTUAL TABLE messages_search USING fts5 (
    text, content = 'messages', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO messages_search (messages_search, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER messages_after_insert AFTER INSERT ON messages BEGIN
    INSERT INTO messages_search (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER messages_after_delete AFTER DELETE ON messages BEGIN
    INSERT INTO messages_search (messages_search, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER messages_after_update AFTER UPDATE OF text ON messages BEGIN
    INSERT INTO messages_search (messages_search, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO messages_search (rowid, text) VALUES (new.id, new.text);
END;

CREATE TABLE facts (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    persona_id    TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('asked', 'stated')),
    topic         TEXT NOT NULL,
    value         TEXT NOT NULL,
    text          TEXT NOT NULL,
    source        TEXT NOT NULL,                     -- the person's own words: the receipt
    learned_at    TEXT NOT NULL,                     -- ISO 8601
    superseded_at TEXT,                              -- when a newer fact took its place
    superseded_by INTEGER REFERENCES facts (id) ON DELETE CASCADE  -- forgetting a fact forgets its past too
) STRICT;

CREATE INDEX facts_of_persona ON facts (persona_id, superseded_at);
CREATE INDEX facts_superseded_by ON facts (superseded_by);
