DROP INDEX `memberships_by_tenant`;--> statement-breakpoint
ALTER TABLE `memberships` ADD `pending` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `memberships` ADD `disabled` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `memberships` ADD `expires_at` integer;--> statement-breakpoint
ALTER TABLE `memberships` ADD `entered_at` integer;--> statement-breakpoint
CREATE INDEX `memberships_by_end` ON `memberships` (`expires_at`) WHERE "memberships"."expires_at" is not null;--> statement-breakpoint
CREATE INDEX `memberships_by_tenant` ON `memberships` (`tenant_id`,`created_at`);--> statement-breakpoint
DROP INDEX `users_by_active_tenant`;--> statement-breakpoint
ALTER TABLE `users` ADD `super_user` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `invisible` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `users_by_name` ON `users` (lower("name"),`id`);--> statement-breakpoint
CREATE INDEX `users_by_verified` ON `users` (`verified`,`id`);--> statement-breakpoint
CREATE INDEX `users_by_locked` ON `users` (`locked`,`id`);--> statement-breakpoint
CREATE INDEX `users_by_last_login` ON `users` (`last_login_at`,`id`);--> statement-breakpoint
CREATE INDEX `users_by_external_id` ON `users` (`external_id`);--> statement-breakpoint
CREATE INDEX `users_by_phone_number` ON `users` (`phone_number`);--> statement-breakpoint
CREATE INDEX `users_by_active_tenant` ON `users` (`active_tenant_id`,`id`);--> statement-breakpoint
ALTER TABLE `environments` ADD `temporary_users` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `tenants` ADD `metadata` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `tenants` ADD `creator_name` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `creator_email` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `website` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `application_url` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `logo` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `logo_url` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `address` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `timezone` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `date_format` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `time_format` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `currency` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `status` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `alias` text;--> statement-breakpoint
ALTER TABLE `tenants` ADD `is_reseller` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `tenants` ADD `deleted_at` integer;--> statement-breakpoint
CREATE INDEX `tenants_by_name` ON `tenants` (lower("name"),`id`);--> statement-breakpoint
CREATE INDEX `tenants_by_alias` ON `tenants` (`alias`);--> statement-breakpoint
CREATE INDEX `tenants_being_deleted` ON `tenants` (`deleted_at`) WHERE "tenants"."deleted_at" is not null;--> statement-breakpoint
UPDATE memberships SET entered_at = (SELECT last_login_at FROM users WHERE users.id = memberships.user_id)
WHERE EXISTS (SELECT 1 FROM users WHERE users.id = memberships.user_id AND users.active_tenant_id = memberships.tenant_id);
