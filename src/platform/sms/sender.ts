/** A text message in its final words. */
export interface RenderedText {
  /** Id of the message, the same at every attempt. */
  id: string;
  /** Phone number in E.164 form. */
  to: string;
  text: string;
  lifetimeSeconds: number;
}

/** Sends text messages through a provider. Throws `DeliveryFailure` if the provider did not accept the message. */
export interface SmsSender {
  send(text: RenderedText): Promise<void>;
}
