-- Spreads the hub's tables over a Citus cluster by the column `county`. Made by
--     python sync/deploy/citus/make_ddl.py
-- from the tables of the program; run it on the coordinator after every `countyhub upgrade`. It can be run again.
-- All tables are colocated: a county's rows of every table lie on one machine, and a transaction of the hub, which
-- names its county in every statement, is carried out there alone. There are no reference tables: what is shared by
-- all counties is not in the database.

BEGIN;
ALTER TABLE catalogue_step DROP CONSTRAINT IF EXISTS fk_catalogue_step_change;
ALTER TABLE device_desk DROP CONSTRAINT IF EXISTS fk_device_desk_device;
SELECT create_distributed_table('hub', 'county', colocate_with => 'none')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'hub'::regclass);
SELECT create_distributed_table('absent_number', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'absent_number'::regclass);
SELECT create_distributed_table('application_mark', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'application_mark'::regclass);
SELECT create_distributed_table('attachment', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'attachment'::regclass);
SELECT create_distributed_table('awaited_attachment', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'awaited_attachment'::regclass);
SELECT create_distributed_table('below_case', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'below_case'::regclass);
SELECT create_distributed_table('below_document', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'below_document'::regclass);
SELECT create_distributed_table('below_event', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'below_event'::regclass);
SELECT create_distributed_table('below_sum', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'below_sum'::regclass);
SELECT create_distributed_table('case_attachment', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'case_attachment'::regclass);
SELECT create_distributed_table('case_event', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'case_event'::regclass);
SELECT create_distributed_table('case_head', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'case_head'::regclass);
SELECT create_distributed_table('catalogue_change', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'catalogue_change'::regclass);
SELECT create_distributed_table('catalogue_step', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'catalogue_step'::regclass);
SELECT create_distributed_table('chain', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'chain'::regclass);
SELECT create_distributed_table('courier_answer', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'courier_answer'::regclass);
SELECT create_distributed_table('courier_file', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'courier_file'::regclass);
SELECT create_distributed_table('courier_piece', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'courier_piece'::regclass);
SELECT create_distributed_table('courier_spool', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'courier_spool'::regclass);
SELECT create_distributed_table('day_serial', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'day_serial'::regclass);
SELECT create_distributed_table('device', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'device'::regclass);
SELECT create_distributed_table('device_desk', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'device_desk'::regclass);
SELECT create_distributed_table('device_order', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'device_order'::regclass);
SELECT create_distributed_table('early_run', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'early_run'::regclass);
SELECT create_distributed_table('enrolment_code', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'enrolment_code'::regclass);
SELECT create_distributed_table('envelope', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'envelope'::regclass);
SELECT create_distributed_table('key_change', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'key_change'::regclass);
SELECT create_distributed_table('lost_envelope', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'lost_envelope'::regclass);
SELECT create_distributed_table('mailbox', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'mailbox'::regclass);
SELECT create_distributed_table('mailbox_entry', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'mailbox_entry'::regclass);
SELECT create_distributed_table('mailbox_mark', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'mailbox_mark'::regclass);
SELECT create_distributed_table('mailbox_reader', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'mailbox_reader'::regclass);
SELECT create_distributed_table('noted_double', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'noted_double'::regclass);
SELECT create_distributed_table('number_claim', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'number_claim'::regclass);
SELECT create_distributed_table('number_mention', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'number_mention'::regclass);
SELECT create_distributed_table('reference', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'reference'::regclass);
SELECT create_distributed_table('reference_head', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'reference_head'::regclass);
SELECT create_distributed_table('upload', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'upload'::regclass);
SELECT create_distributed_table('upward_case', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'upward_case'::regclass);
SELECT create_distributed_table('upward_document', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'upward_document'::regclass);
SELECT create_distributed_table('upward_envelope', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'upward_envelope'::regclass);
SELECT create_distributed_table('upward_link', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'upward_link'::regclass);
SELECT create_distributed_table('upward_sum', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'upward_sum'::regclass);
SELECT create_distributed_table('verdict', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'verdict'::regclass);
SELECT create_distributed_table('visible_case', 'county', colocate_with => 'hub')
    WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'visible_case'::regclass);
ALTER TABLE catalogue_step ADD CONSTRAINT fk_catalogue_step_change
    FOREIGN KEY (county, change_number) REFERENCES catalogue_change (county, number);
ALTER TABLE device_desk ADD CONSTRAINT fk_device_desk_device
    FOREIGN KEY (county, device_id) REFERENCES device (county, device_id);
COMMIT;
