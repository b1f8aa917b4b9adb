import { agoIn, forIn } from '../../messages/text.ts';
import { BackToAccount, deviceIn } from '../../parts/account.tsx';
import { usePage } from '../../parts/context.ts';
import { Form, Submit } from '../../parts/form.tsx';
import type { FormTarget, View } from '../../view.ts';

/** A device that skips the second step. */
export interface ShownDevice {
  id: string;
  userAgent: string;
  secondsAgo: number;
  secondsLeft: number;
  /** False while the policy does not allow it. */
  honored: boolean;
}

/** What the page of the remembered devices shows. */
export interface DevicesModel {
  form: FormTarget;
  devices: readonly ShownDevice[];
}

function Devices({ form, devices }: DevicesModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text(devices.length === 0 ? 'devices.none' : 'devices.lead')}</p>
      {devices.length === 0 ? null : (
        <>
          <ul class="items">
            {devices.map((device) => (
              <Item key={device.id} form={form} device={device} />
            ))}
          </ul>
          <Form to={form} hidden={{ action: 'all' }}>
            <Submit>{text('devices.forgetAll')}</Submit>
          </Form>
        </>
      )}
      <BackToAccount />
    </>
  );
}

function Item({ form, device: { id, userAgent, secondsAgo, secondsLeft, honored } }: { form: FormTarget; device: ShownDevice }) {
  const { text } = usePage();
  const name = deviceIn(text, userAgent);
  return (
    <li>
      <strong>{name}</strong>
      <p class="hint">{text('devices.since', { ago: agoIn(text, secondsAgo) })}</p>
      <p class="hint">{honored ? text('devices.until', { until: forIn(text, secondsLeft) }) : text('devices.off')}</p>
      <Form to={form} hidden={{ action: 'forget', deviceId: id }}>
        <Submit quiet>
          {text('devices.forget')}
          <span class="sr"> {name}</span>
        </Submit>
      </Form>
    </li>
  );
}

/** Lists the devices that skip the second step. */
export const devices: View<DevicesModel> = { title: (text) => text('devices.title'), body: Devices };
