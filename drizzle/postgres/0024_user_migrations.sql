CREATE TABLE "user_migration_rows" (
	"id" text PRIMARY KEY NOT NULL,
	"migration_id" text NOT NULL,
	"number" integer NOT NULL,
	"sealed" "bytea" NOT NULL,
	"attempts" integer NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"failed_at" timestamp (3) with time zone,
	"user_id" text
);
--> statement-breakpoint
CREATE TABLE "user_migrations" (
	"id" text PRIMARY KEY NOT NULL,
	"tenant_id" text,
	"origin" jsonb NOT NULL,
	"total" integer NOT NULL,
	"migrated" integer NOT NULL,
	"failed" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "user_migration_rows" ADD CONSTRAINT "user_migration_rows_migration_id_user_migrations_id_fk" FOREIGN KEY ("migration_id") REFERENCES "public"."user_migrations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_migrations" ADD CONSTRAINT "user_migrations_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "user_migration_rows_by_number" ON "user_migration_rows" USING btree ("migration_id","number");--> statement-breakpoint
CREATE INDEX "user_migration_rows_by_due" ON "user_migration_rows" USING btree ("next_attempt_at","migration_id","number");--> statement-breakpoint
CREATE INDEX "user_migrations_by_tenant" ON "user_migrations" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "user_migrations_by_end" ON "user_migrations" USING btree ("finished_at");