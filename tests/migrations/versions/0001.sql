-- What a database of version 1 held. Rows are only ever added here together with a new file for a new version.
INSERT INTO messages (persona_id, speaker, text, said_at, interrupted) VALUES
    ('ember', 'person', 'We planted an apple tree.', '2026-11-03T18:00:00+01:00', 0),
    ('ember', 'companion', 'How tall is it', '2026-11-03T18:00:04+01:00', 1),
    ('solene', 'person', 'J''ai mangé une crêpe.', '2026-11-04T08:30:00+01:00', 0);
INSERT INTO facts (persona_id, kind, topic, value, text, source, learned_at) VALUES
    ('ember', 'stated', 'name', 'Anne', 'The person''s name is Anne.', 'my name is anne', '2026-11-04T09:00:00+01:00'),
    ('ember', 'asked', 'asked', 'the key is under the mat', 'The person asked you to remember: "the key is under the mat".',
     'remember that the key is under the mat', '2026-11-03T18:01:00+01:00');
INSERT INTO facts (persona_id, kind, topic, value, text, source, learned_at, superseded_at, superseded_by) VALUES
    ('ember', 'stated', 'name', 'Anna', 'The person''s name is Anna.', 'my name is anna', '2026-11-03T18:00:00+01:00',
     '2026-11-04T09:00:00+01:00', 1);
