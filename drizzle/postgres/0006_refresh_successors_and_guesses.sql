CREATE TABLE "guesses" (
	"account" text NOT NULL,
	"client" text NOT NULL,
	"failures" integer NOT NULL,
	"free_at" timestamp (3) with time zone NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	"known_at" timestamp (3) with time zone,
	CONSTRAINT "guesses_account_client_pk" PRIMARY KEY("account","client")
);
--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD COLUMN "sealed" "bytea";--> statement-breakpoint
CREATE INDEX "guesses_by_time" ON "guesses" USING btree ("last_at");--> statement-breakpoint
CREATE INDEX "refresh_tokens_sealed" ON "refresh_tokens" USING btree ("created_at") WHERE "refresh_tokens"."sealed" is not null;