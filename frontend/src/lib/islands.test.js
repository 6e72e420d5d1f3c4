import { nextTick } from 'vue'
import { beforeEach, expect, test, vi } from 'vitest'
import { mountIslands, readProps } from './islands.js'

const Greeting = {
  default: { props: ['name', 'colour'], render() { return `${this.name} in ${this.colour}` } },
  propsFrom: (element) => ({ name: element.textContent.trim(), colour: 'black' })
}

beforeEach(() => {
  document.body.innerHTML = ''
})

test('props come from the json script before the data attribute', () => {
  document.body.innerHTML = '<div data-props=\'{"a":1}\'><script type="application/json">{"a":2}</script></div>'

  expect(readProps(document.body.firstChild)).toEqual({ a: 2 })
})

test('an island takes over its markup and explicit props win over those read from it', async () => {
  document.body.innerHTML = '<div data-island="Greeting" data-props=\'{"colour":"red"}\'>Ada</div>'

  await mountIslands({ Greeting: async () => Greeting })

  expect(document.body.textContent).toBe('Ada in red')
})

test('mounting twice at once loads an island once', async () => {
  document.body.innerHTML = '<div data-island="Greeting">Ada</div>'
  const load = vi.fn(async () => Greeting)

  await Promise.all([mountIslands({ Greeting: load }), mountIslands({ Greeting: load })])
  await nextTick()

  expect(load).toHaveBeenCalledTimes(1)
})

test('an unknown island keeps the markup of the server', async () => {
  document.body.innerHTML = '<div data-island="Nobody">as it was</div>'

  await mountIslands({ Greeting: async () => Greeting })

  expect(document.body.innerHTML).toBe('<div data-island="Nobody">as it was</div>')
})
