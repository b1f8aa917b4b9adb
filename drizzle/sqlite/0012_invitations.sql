PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_user_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`subject` text NOT NULL,
	`user_id` text,
	`tenant_id` text,
	`token_hash` text NOT NULL,
	`code_digest` text,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "user_tokens_attempts" CHECK("__new_user_tokens"."attempts" between 0 and 5)
);
--> statement-breakpoint
INSERT INTO `__new_user_tokens`("id", "purpose", "subject", "user_id", "tenant_id", "token_hash", "code_digest", "attempts", "created_at", "expires_at") SELECT "id", "purpose", "subject", "user_id", NULL, "token_hash", "code_digest", "attempts", "created_at", "expires_at" FROM `user_tokens`;--> statement-breakpoint
DROP TABLE `user_tokens`;--> statement-breakpoint
ALTER TABLE `__new_user_tokens` RENAME TO `user_tokens`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `user_tokens_by_subject` ON `user_tokens` (`subject`,`purpose`);--> statement-breakpoint
CREATE UNIQUE INDEX `user_tokens_by_token` ON `user_tokens` (`token_hash`);--> statement-breakpoint
CREATE INDEX `user_tokens_by_user` ON `user_tokens` (`user_id`);--> statement-breakpoint
CREATE INDEX `user_tokens_by_tenant` ON `user_tokens` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `user_tokens_by_end` ON `user_tokens` (`expires_at`);--> statement-breakpoint
ALTER TABLE `environments` ADD `allow_signups` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `allow_not_verified_users_login` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `environments` ADD `force_permissions` integer DEFAULT false NOT NULL;