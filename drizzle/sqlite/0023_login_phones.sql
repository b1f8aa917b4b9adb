CREATE TABLE `user_phones` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`phone_number` text NOT NULL,
	`verified` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_phones_by_user` ON `user_phones` (`user_id`,`phone_number`);--> statement-breakpoint
CREATE UNIQUE INDEX `user_phones_taken` ON `user_phones` (`phone_number`) WHERE "user_phones"."verified";--> statement-breakpoint
CREATE INDEX `user_phones_by_number` ON `user_phones` (`phone_number`,`id`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_challenges` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`user_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`purpose` text NOT NULL,
	`first_factor` text NOT NULL,
	`session_id` text,
	`invitation_link_id` text,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`consumed_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "challenges_purpose" CHECK("__new_challenges"."purpose" in ('LOGIN', 'STEP_UP')),
	CONSTRAINT "challenges_first_factor" CHECK("__new_challenges"."first_factor" in ('PASSWORD', 'EMAIL_CODE', 'SMS_CODE', 'ENTERPRISE_SSO', 'PASSKEY', 'VERIFIED_PASSKEY')),
	CONSTRAINT "challenges_attempts" CHECK("__new_challenges"."attempts" between 0 and 5)
);
--> statement-breakpoint
INSERT INTO `__new_challenges`("id", "token_hash", "user_id", "tenant_id", "purpose", "first_factor", "session_id", "invitation_link_id", "attempts", "created_at", "expires_at", "consumed_at") SELECT "id", "token_hash", "user_id", "tenant_id", "purpose", "first_factor", "session_id", "invitation_link_id", "attempts", "created_at", "expires_at", "consumed_at" FROM `challenges`;--> statement-breakpoint
DROP TABLE `challenges`;--> statement-breakpoint
ALTER TABLE `__new_challenges` RENAME TO `challenges`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `challenges_by_token` ON `challenges` (`token_hash`);--> statement-breakpoint
CREATE INDEX `challenges_by_user` ON `challenges` (`user_id`);--> statement-breakpoint
CREATE INDEX `challenges_by_tenant` ON `challenges` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `challenges_by_session` ON `challenges` (`session_id`);--> statement-breakpoint
CREATE INDEX `challenges_by_end` ON `challenges` (`expires_at`);--> statement-breakpoint
CREATE TABLE `__new_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`requested_tenant_id` text,
	`first_factor` text NOT NULL,
	`amr` text NOT NULL,
	`second_factor_at` integer,
	`mailbox_proven_at` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`user_agent` text,
	`address` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "sessions_first_factor" CHECK("__new_sessions"."first_factor" in ('PASSWORD', 'EMAIL_CODE', 'SMS_CODE', 'ENTERPRISE_SSO', 'PASSKEY', 'VERIFIED_PASSKEY'))
);
--> statement-breakpoint
INSERT INTO `__new_sessions`("id", "user_id", "tenant_id", "requested_tenant_id", "first_factor", "amr", "second_factor_at", "mailbox_proven_at", "created_at", "expires_at", "ended_at", "user_agent", "address") SELECT "id", "user_id", "tenant_id", "requested_tenant_id", "first_factor", "amr", "second_factor_at", "mailbox_proven_at", "created_at", "expires_at", "ended_at", "user_agent", "address" FROM `sessions`;--> statement-breakpoint
DROP TABLE `sessions`;--> statement-breakpoint
ALTER TABLE `__new_sessions` RENAME TO `sessions`;--> statement-breakpoint
CREATE INDEX `sessions_by_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_by_tenant` ON `sessions` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `sessions_by_end` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE INDEX `sessions_by_early_end` ON `sessions` (`ended_at`);