CREATE TABLE "hosted_login" (
	"slot" text PRIMARY KEY NOT NULL,
	"active" boolean NOT NULL,
	"name" text,
	"logo_id" text,
	"logo_type" text,
	"logo" "bytea",
	"primary_color" text,
	"support_url" text,
	"privacy_url" text,
	"terms_url" text,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "hosted_login_slot" CHECK ("hosted_login"."slot" in ('hosted-login')),
	CONSTRAINT "hosted_login_logo_type" CHECK ("hosted_login"."logo_type" in ('image/png', 'image/jpeg', 'image/webp'))
);
--> statement-breakpoint
CREATE TABLE "redirect_uris" (
	"id" text PRIMARY KEY NOT NULL,
	"uri" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "redirect_uris_by_uri" ON "redirect_uris" USING btree ("uri");--> statement-breakpoint
CREATE INDEX "redirect_uris_by_creation" ON "redirect_uris" USING btree ("created_at","id");