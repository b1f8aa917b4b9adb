DROP INDEX `users_by_last_login`;--> statement-breakpoint
CREATE INDEX `users_by_last_login` ON `users` ((case when "last_login_at" is null then 0 else "last_login_at" end),`id`);