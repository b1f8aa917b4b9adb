CREATE TABLE `user_migration_rows` (
	`id` text PRIMARY KEY NOT NULL,
	`migration_id` text NOT NULL,
	`number` integer NOT NULL,
	`sealed` blob NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer,
	`failed_at` integer,
	`user_id` text,
	FOREIGN KEY (`migration_id`) REFERENCES `user_migrations`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_migration_rows_by_number` ON `user_migration_rows` (`migration_id`,`number`);--> statement-breakpoint
CREATE INDEX `user_migration_rows_by_due` ON `user_migration_rows` (`next_attempt_at`,`migration_id`,`number`);--> statement-breakpoint
CREATE TABLE `user_migrations` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text,
	`origin` text NOT NULL,
	`total` integer NOT NULL,
	`migrated` integer NOT NULL,
	`failed` integer NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `user_migrations_by_tenant` ON `user_migrations` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `user_migrations_by_end` ON `user_migrations` (`finished_at`);