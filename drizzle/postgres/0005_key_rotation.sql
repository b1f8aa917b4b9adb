CREATE TABLE "environment_secrets" (
	"id" text PRIMARY KEY NOT NULL,
	"slot" text,
	"digest" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"retired_at" timestamp (3) with time zone,
	CONSTRAINT "environment_secrets_slot" CHECK ("environment_secrets"."slot" in ('A', 'B'))
);
--> statement-breakpoint
CREATE TABLE "retained_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "signing_keys" ADD COLUMN "signs_from" timestamp (3) with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "environment_secrets_by_slot" ON "environment_secrets" USING btree ("slot");