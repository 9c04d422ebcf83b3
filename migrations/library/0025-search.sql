-- Search in the catalogue. The program makes the lexemes, since the dictionaries of a server are not ours.
create table title_search (
  title_id uuid primary key references title (id) on delete cascade,
  lexemes tsvector not null,
  title_words smallint not null,
  sort_title text not null,
  -- The same for all editions of a work.
  work text not null,
  material text not null,
  language text,
  audience text not null,
  year int,
  dk5 text,
  author text,
  series text,
  -- What the title is suggested by, so that a changed record takes back what it offered.
  phrases text[] not null,
  -- A step for each doubling of what was lent of it lately: a number, and nobody's.
  popularity smallint not null default 0,
  analysis smallint not null
) with (fillfactor = 90);
create index title_search_lexemes on title_search using gin (lexemes) with (fastupdate = off);
create index title_search_work on title_search (work);

-- Every word of the catalogue and in how many titles it stands, with the keys by which a misspelt one finds it.
create table search_word (
  word text collate "C" primary key,
  -- What its forms have in common.
  root text collate "C" not null,
  shown text not null,
  titles int not null,
  near int[] not null
) with (fillfactor = 70);
create index search_word_root on search_word (root);
create index search_word_near on search_word using gin (near) with (fastupdate = off);

-- Whole titles, names, series and subjects, offered to whoever begins to type them.
create table search_phrase (
  kind text not null check (kind in ('title', 'author', 'series', 'subject')),
  key text collate "C" not null,
  shown text not null,
  titles int not null,
  primary key (key, kind)
);
-- The commonest for two or three letters: more begin with those than can be read while somebody types.
create index search_phrase_two on search_phrase (left(key, 2), titles desc);
create index search_phrase_three on search_phrase (left(key, 3), titles desc);
