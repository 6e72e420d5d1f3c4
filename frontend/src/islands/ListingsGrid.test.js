import { createApp, nextTick } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import ListingsGrid, { propsFrom } from './ListingsGrid.vue'

const STANDING = { state: 'winning', mark: 'done', label: 'Winning by €2.00', hint: '' }
let app
let requests
let answers

const row = (id, price) => `<tr data-name="iPhone ${id}">
  <td><form method="post" action="/office/listings/${id}/?page=2"><input type="hidden" name="csrfmiddlewaretoken" value="tok">
    <input type="hidden" name="market" value="FR"><input class="field" name="price" value="${price}"><button></button></form>
    <p data-error="price" hidden></p></td>
  <td><span class="state todo" data-standing>Losing</span><span data-hint>12 would win</span></td></tr>`

function mountGrid() {
  document.body.innerHTML = `<table id="grid"><tbody>${row('a', '100.00')}${row('b', '200.00')}</tbody></table>
    <div data-table="#grid" data-undo="Undo" data-saved="Saved" data-offline="No connection" data-refused="Load again"></div>`
  const element = document.querySelector('[data-table]')
  app = createApp(ListingsGrid, propsFrom(element))
  app.mount(element)
}

const inputs = () => [...document.querySelectorAll('input.field')]
const answer = (status, body) => ({ ok: status < 400, status, redirected: false, json: async () => body })
const settle = async () => { await vi.advanceTimersByTimeAsync(0); await nextTick() }

async function type(input, value) {
  input.value = value
  input.dispatchEvent(new Event('change', { bubbles: true }))
  await settle()
}

beforeEach(() => {
  vi.useFakeTimers()
  requests = []
  answers = []
  vi.stubGlobal('fetch', async (url, options) => {
    requests.push({ url, ...options })
    const next = answers.shift()
    if (next instanceof Error) throw next
    return next
  })
  mountGrid()
})

afterEach(() => {
  app.unmount()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('a changed price is sent once, with its market and the token of the form', async () => {
  answers = [answer(200, { price: '99.50', quantity: '3', standing: STANDING })]

  await type(inputs()[0], '99,5')

  expect(requests.map(({ url, method }) => [url, method])).toEqual([['/office/listings/a/', 'POST']])
  expect(Object.fromEntries(requests[0].body)).toEqual({ csrfmiddlewaretoken: 'tok', market: 'FR', price: '99,5' })
  expect(inputs()[0].value).toBe('99.50')
  expect(document.querySelector('[data-standing]').textContent).toBe('Winning by €2.00')
})

test('a refusal is shown in the cell and what was typed stays', async () => {
  answers = [answer(422, { errors: { price: '“12,5x” is not a price.' } })]

  await type(inputs()[0], '12,5x')

  expect(document.querySelector('[data-error]').textContent).toBe('“12,5x” is not a price.')
  expect([inputs()[0].value, inputs()[0].defaultValue, inputs()[0].getAttribute('aria-invalid')]).toEqual(['12,5x', '100.00', 'true'])
  expect(document.querySelector('.undo')).toBe(null)
})

test('without a connection nothing counts as saved', async () => {
  answers = [new TypeError('Failed to fetch')]

  await type(inputs()[0], '90')

  expect(document.querySelector('[data-error]').textContent).toBe('No connection')
  expect(inputs()[0].defaultValue).toBe('100.00')
})

test('undo sends the price of before', async () => {
  answers = [answer(200, { price: '90.00', standing: STANDING }), answer(200, { price: '100.00', standing: STANDING })]
  await type(inputs()[0], '90')

  document.querySelector('.undo button').click()
  await settle()

  expect(requests[1].body.get('price')).toBe('100.00')
  expect(inputs()[0].value).toBe('100.00')
  expect(document.querySelector('.undo')).toBe(null)
})

test('while the buy box is worked out it is read again until it is there', async () => {
  const updating = { ...STANDING, state: 'updating', label: 'Being worked out' }
  answers = [answer(200, { price: '90.00', standing: updating }), answer(200, { standing: updating }), answer(200, { standing: STANDING })]
  await type(inputs()[0], '90')

  await vi.advanceTimersByTimeAsync(1000)
  await vi.advanceTimersByTimeAsync(2000)
  await vi.advanceTimersByTimeAsync(10000)

  expect(requests.slice(1).map(({ url }) => url)).toEqual(['/office/listings/a/?market=FR', '/office/listings/a/?market=FR'])
  expect(document.querySelector('[data-standing]').textContent).toBe('Winning by €2.00')
})

test('arrows go up and down the column and Escape brings the value back', () => {
  const [first, second] = inputs()
  first.focus()
  first.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))

  expect(document.activeElement).toBe(second)

  second.value = '1'
  second.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))

  expect(second.value).toBe('200.00')
  expect(requests).toEqual([])
})

test('a press of Enter saves here instead of loading the page, and goes to the next row', async () => {
  answers = [answer(200, { price: '90.00', standing: STANDING })]
  inputs()[0].value = '90'
  const event = new Event('submit', { bubbles: true, cancelable: true })

  inputs()[0].form.dispatchEvent(event)
  await settle()

  expect(event.defaultPrevented).toBe(true)
  expect(requests.length).toBe(1)
  expect(document.activeElement).toBe(inputs()[1])
})
