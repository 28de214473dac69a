-- History: rows as they stood before a load changed them, for undo and lineage.
create table history.team as from core.team limit 0; -- Rows of core.team as they stood before a load changed them
alter table history.team add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.staff as from core.staff limit 0; -- Rows of core.staff as they stood before a load changed them
alter table history.staff add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.account as from core.account limit 0; -- Rows of core.account as they stood before a load changed them
alter table history.account add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.contact as from core.contact limit 0; -- Rows of core.contact as they stood before a load changed them
alter table history.contact add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.product as from core.product limit 0; -- Rows of core.product as they stood before a load changed them
alter table history.product add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.opportunity as from core.opportunity limit 0; -- Rows of core.opportunity as they stood before a load changed them
alter table history.opportunity add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.opportunity_line as from core.opportunity_line limit 0; -- Rows of core.opportunity_line as they stood before a load changed them
alter table history.opportunity_line add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.sales_order as from core.sales_order limit 0; -- Rows of core.sales_order as they stood before a load changed them
alter table history.sales_order add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.order_line as from core.order_line limit 0; -- Rows of core.order_line as they stood before a load changed them
alter table history.order_line add column replaced_by_batch_id bigint; -- Load that changed the row
create table history.ticket as from core.ticket limit 0; -- Rows of core.ticket as they stood before a load changed them
alter table history.ticket add column replaced_by_batch_id bigint; -- Load that changed the row
