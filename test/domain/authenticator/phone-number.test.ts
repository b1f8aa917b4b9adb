import { describe, expect, it } from 'vitest';
import { PhoneNumber } from '../../../src/domain/authenticator/phone-number.ts';

describe('a phone number is read', () => {
  it.each([
    ['+14155552671', '+14155552671'],
    ['+1 (415) 555-2671', '+14155552671'],
    ['+1.415.555.2671', '+14155552671'],
    ['+49 [0] 151 1234567', '+4901511234567'],
    [' +44 7400 123456 ', '+447400123456'],
    ['+44\t7400\u00a0123456', '+447400123456'],
    ['+44\u20097400\u3000123456\n', '+447400123456'],
    ['+44–7400—123456', '+447400123456'],
    ['+44‑7400−123－456', '+447400123456'],
    ['\u202a+447400123456\u202c', '+447400123456'],
    ['\ufeff+44\u200b7400\u00ad123456', '+447400123456'],
    ['+1234567', '+1234567'],
    ['+123456789012345', '+123456789012345'],
  ])('%j as %s', (text, e164) => {
    expect(PhoneNumber.read(text)?.e164).toBe(e164);
  });

  it.each([
    ['', 'nothing'],
    ['+', 'no digit'],
    ['4155552671', 'no plus'],
    ['004915112345678', 'a dialling prefix'],
    ['+0123456789', 'a country code that begins with 0'],
    ['+123456', 'too short'],
    ['+1234567890123456', 'too long'],
    ['+1 415 555 2671 ext. 5', 'letters'],
    ['+1/4155552671', 'a slash'],
    ['+1+4155552671', 'two pluses'],
    ['+1415555267１', 'a digit of another script'],
    ['+14155552671\0', 'U+0000'],
    ['+14155552671,+14155552672', 'two numbers'],
  ])('never from %j: %s', (text) => {
    expect(PhoneNumber.read(text)).toBeNull();
  });
});

const masks = [
  ['+4415112341234', '+44*******1234'],
  ['+14155552671', '+14*****2671'],
  ['+1234567', '+12*4567'],
  ['+123456789012345', '+12*********2345'],
] as const;

it.each(masks)('%s is shown as %s', (e164, masked) => {
  expect(PhoneNumber.read(e164)?.masked).toBe(masked);
});

it.each(masks)('%s prints and serializes as %s', (e164, masked) => {
  const number = PhoneNumber.read(e164);
  expect(`${number}`).toBe(masked);
  expect(JSON.stringify({ number })).toBe(`{"number":"${masked}"}`);
});
