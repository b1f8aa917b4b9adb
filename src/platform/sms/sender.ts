/** A text in words, ready for any provider. */
export interface RenderedText {
  /** The same at every try. */
  id: string;
  /** E.164. */
  to: string;
  text: string;
  lifetimeSeconds: number;
}

/** Hands a text to a provider. Throws `DeliveryFailure` when it was not taken. */
export interface SmsSender {
  send(text: RenderedText): Promise<void>;
}
