CREATE TABLE `user_emails` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`email` text NOT NULL,
	`email_normalized` text NOT NULL,
	`verified` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_emails_by_user` ON `user_emails` (`user_id`,`email_normalized`);--> statement-breakpoint
CREATE UNIQUE INDEX `user_emails_taken` ON `user_emails` (`email_normalized`) WHERE "user_emails"."verified";--> statement-breakpoint
CREATE INDEX `user_emails_by_address` ON `user_emails` (`email_normalized`,`id`);--> statement-breakpoint
CREATE TABLE `usernames` (
	`user_id` text PRIMARY KEY NOT NULL,
	`username` text NOT NULL,
	`username_folded` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `usernames_by_name` ON `usernames` (`username_folded`);--> statement-breakpoint
ALTER TABLE `environments` ADD `allow_email_change` integer DEFAULT false NOT NULL;