CREATE TABLE "user_emails" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"email" text NOT NULL,
	"email_normalized" text NOT NULL,
	"verified" boolean NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usernames" (
	"user_id" text PRIMARY KEY NOT NULL,
	"username" text NOT NULL,
	"username_folded" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "environments" ADD COLUMN "allow_email_change" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "user_emails" ADD CONSTRAINT "user_emails_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usernames" ADD CONSTRAINT "usernames_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "user_emails_by_user" ON "user_emails" USING btree ("user_id","email_normalized");--> statement-breakpoint
CREATE UNIQUE INDEX "user_emails_taken" ON "user_emails" USING btree ("email_normalized") WHERE "user_emails"."verified";--> statement-breakpoint
CREATE INDEX "user_emails_by_address" ON "user_emails" USING btree ("email_normalized","id");--> statement-breakpoint
CREATE UNIQUE INDEX "usernames_by_name" ON "usernames" USING btree ("username_folded");