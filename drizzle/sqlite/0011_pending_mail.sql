ALTER TABLE `outbox` ADD `user_id` text;--> statement-breakpoint
CREATE INDEX `outbox_by_user` ON `outbox` (`user_id`) WHERE ("outbox"."sent_at" is null and "outbox"."given_up_at" is null);