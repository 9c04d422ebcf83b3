/** The card of the patron with a number, as filled in by `fill.ts`; and everybody's PIN. */
export function card(number: number): string {
  return `2${String(number).padStart(10, '0')}`
}

export const PIN = '2468'

/** What a checkout writes, in one statement. Card $1, item $2, loan $3, now $4, due $5, message $6 or null, access log $7. */
export const LEND = {
  name: 'floor-lend',
  text: `
    with p as (
      select p.id, p.patron_group from identifier n join patron p on p.id = n.patron_id where n.value = $1 for no key update of p
    ), i as (
      select i.id, i.title_id, i.branch_id, t.material from item i join title t on t.id = i.title_id
      where i.barcode = $2 and i.state = 'available' for update of i
    ), l as (
      insert into loan (id, patron_id, item_id, title_id, branch_id, material, patron_group, age_band, lent_at, due_on, renewals, overdue_step)
      select $3::uuid, p.id, i.id, i.title_id, i.branch_id, i.material, p.patron_group, '30-49', $4::timestamptz, $5::date, 0, 0 from p, i
      returning id
    ), s as (update item set state = 'on-loan' where id = (select id from i)),
    t as (update patron set last_active_at = $4::timestamptz where id = (select id from p)),
    m as (
      insert into message (id, patron_id, kind, channel, language, recipient, subject, body, queued_at)
      select $6::uuid, id, 'loan-receipt', 'email', 'da', 'a@example.org', 'Kvittering', 'Du har lånt 1 materiale.', $4::timestamptz from p
      where $6::uuid is not null
    ), a as (
      insert into access_log (id, patron_id, staff_id, seen_at, what, why)
      select $7::uuid, p.id, s.id, $4::timestamptz, 'loans', '' from p, (select id from staff limit 1) s where $6::uuid is not null
    ) select id from l`,
}

export const TAKE_BACK = {
  name: 'floor-take-back',
  text: `
    with i as (select id from item where barcode = $1 for update),
    l as (
      update loan set returned_at = $2::timestamptz, settled_at = $2::timestamptz
      where item_id = (select id from i) and returned_at is null and lost_at is null returning id, patron_id
    ), s as (update item set state = 'available' where id = (select id from i)),
    t as (update patron set last_active_at = $2::timestamptz where id = (select patron_id from l))
    select id from l`,
}
