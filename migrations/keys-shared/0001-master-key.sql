-- Which master key the persons' keys are wrapped with: its fingerprint, never the key. Its being here also means that
-- sealed data may exist, so that a lost key file is not quietly replaced.
create table master_key (
  only_one boolean primary key default true check (only_one),
  fingerprint text not null
);
