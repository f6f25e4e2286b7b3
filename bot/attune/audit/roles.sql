-- Roles for PostgreSQL (AUD-6). Run it as the owner of the database, once the tables are there (`attune audit migrate`).
-- Nobody but the owner may change or delete a row of the ledger; who does is found by `attune audit verify`.

-- The Rasa server and the action server: they put Records into the inbox, and look up consent and keys.
DO $$ BEGIN CREATE ROLE {app} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
REVOKE ALL ON attune_audit_inbox, attune_audit_leaf, attune_audit_tree, attune_audit_key, attune_audit_tombstone,
  attune_audit_version FROM {app};
GRANT INSERT, SELECT ON attune_audit_inbox TO {app};
GRANT USAGE ON SEQUENCE attune_audit_inbox_id_seq TO {app};
GRANT SELECT ON attune_audit_leaf, attune_audit_tombstone, attune_audit_version TO {app};
GRANT INSERT, SELECT ON attune_audit_key TO {app};

-- The desk's process: it moves Records from the inbox into the ledger, and destroys keys where somebody is to be forgotten.
DO $$ BEGIN CREATE ROLE {keeper} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
REVOKE ALL ON attune_audit_inbox, attune_audit_leaf, attune_audit_tree, attune_audit_key, attune_audit_tombstone,
  attune_audit_version FROM {keeper};
GRANT INSERT, SELECT, DELETE ON attune_audit_inbox TO {keeper};
GRANT USAGE ON SEQUENCE attune_audit_inbox_id_seq TO {keeper};
GRANT INSERT, SELECT ON attune_audit_leaf TO {keeper};
GRANT SELECT ON attune_audit_version TO {keeper};
GRANT INSERT, SELECT, UPDATE ON attune_audit_tree TO {keeper};
GRANT INSERT, SELECT, DELETE ON attune_audit_key TO {keeper};
GRANT INSERT, SELECT, UPDATE ON attune_audit_tombstone TO {keeper};
