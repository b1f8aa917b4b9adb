ALTER TABLE `refresh_tokens` ADD `sealed` blob;--> statement-breakpoint
CREATE INDEX `refresh_tokens_sealed` ON `refresh_tokens` (`created_at`) WHERE "refresh_tokens"."sealed" is not null;