CREATE TABLE `enforcement_reminders` (
	`schedule_id` text NOT NULL,
	`days_before` integer NOT NULL,
	`after_login_at` integer NOT NULL,
	`after_user_id` text NOT NULL,
	`next_at` integer NOT NULL,
	PRIMARY KEY(`schedule_id`, `days_before`),
	FOREIGN KEY (`schedule_id`) REFERENCES `enforcement_schedules`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `enforcement_reminders_by_time` ON `enforcement_reminders` (`next_at`);--> statement-breakpoint
CREATE TABLE `enforcement_schedules` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`tenant_id` text,
	`enforce_mfa_type` text NOT NULL,
	`starts_at` integer NOT NULL,
	`grace_days` integer NOT NULL,
	`remind_days_before` text NOT NULL,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`cancelled_at` integer,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "enforcement_schedules_grace_days" CHECK("enforcement_schedules"."grace_days" between 0 and 90)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `enforcement_schedules_waiting` ON `enforcement_schedules` (`owner`) WHERE "enforcement_schedules"."started_at" is null and "enforcement_schedules"."cancelled_at" is null;--> statement-breakpoint
CREATE INDEX `enforcement_schedules_by_start` ON `enforcement_schedules` (`starts_at`) WHERE "enforcement_schedules"."started_at" is null and "enforcement_schedules"."cancelled_at" is null;--> statement-breakpoint
CREATE INDEX `enforcement_schedules_by_owner` ON `enforcement_schedules` (`owner`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `enforcement_schedules_by_tenant` ON `enforcement_schedules` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `mfa_exemptions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`owner` text NOT NULL,
	`tenant_id` text,
	`reason` text NOT NULL,
	`granted_by` text,
	`created_at` integer NOT NULL,
	`until` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mfa_exemptions_lasting` ON `mfa_exemptions` (`user_id`,`owner`) WHERE "mfa_exemptions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `mfa_exemptions_by_end` ON `mfa_exemptions` (`until`,`id`) WHERE "mfa_exemptions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `mfa_exemptions_by_owner` ON `mfa_exemptions` (`owner`,`until`,`id`) WHERE "mfa_exemptions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `mfa_exemptions_by_tenant` ON `mfa_exemptions` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `mfa_exemptions_by_early_end` ON `mfa_exemptions` (`ended_at`) WHERE "mfa_exemptions"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX `mfa_exemptions_by_user` ON `mfa_exemptions` (`user_id`);--> statement-breakpoint
ALTER TABLE `mfa_policies` ADD `grace_starts_at` integer;--> statement-breakpoint
ALTER TABLE `mfa_policies` ADD `grace_days` integer;--> statement-breakpoint
ALTER TABLE `sessions` ADD `mailbox_proven_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `first_login_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `held_factor_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `exempt_until` integer;--> statement-breakpoint
CREATE INDEX `users_by_first_login` ON `users` (`first_login_at`,`id`) WHERE "users"."first_login_at" is not null;
--> statement-breakpoint
UPDATE users SET first_login_at = created_at WHERE last_login_at IS NOT NULL;--> statement-breakpoint
UPDATE users SET held_factor_at = (SELECT min(f.at) FROM (SELECT a.created_at AS at FROM authenticators a WHERE a.user_id = users.id UNION ALL SELECT e.at FROM audit_events e WHERE e.user_id = users.id AND e.kind IN ('FACTOR_ENROLLED', 'FACTOR_REMOVED')) f);
