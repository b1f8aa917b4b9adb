CREATE INDEX `memberships_by_member` ON `memberships` (`tenant_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `budgets_capped` ON `budgets` (`consecutive`) WHERE "budgets"."consecutive" >= 100;