import { beforeEach, expect, test, vi } from 'vitest'
import { fill, readCookie, toggleCompared, toggleWish } from './lists.js'

const pressed = (selector) => document.querySelector(selector).getAttribute('aria-pressed')
const forget = (name) => { document.cookie = `${name}=;path=/;max-age=0` }

beforeEach(() => {
  forget('compare')
  forget('wishes_fr')
  document.body.innerHTML = `
    <form data-keep action="/wishlist/add/" data-unwish="/wishlist/remove/" data-wishes="wishes_fr" data-most="2"
          data-full="Full" data-wished="On" data-unwished="Off" data-failed="Failed"></form>
    <b data-wish-count hidden>0</b>
    <aside data-compare-bar hidden><b data-compare-count>0</b></aside>
    <button value="a-phone,1,good" data-wish="7" aria-pressed="false"></button>
    <i data-compare="a-phone" aria-pressed="false"></i><i data-compare="b" aria-pressed="false"></i>`
})

test('a cookie of nothing is an empty list', () => {
  expect(readCookie('wishes_fr', 'wishes_fr=-; compare=a.b')).toEqual([])
  expect(readCookie('compare', 'wishes_fr=-; compare=a.b')).toEqual(['a', 'b'])
  expect(readCookie('compare', '')).toEqual([])
})

test('hearts, marks, count and bar show what the cookies say', () => {
  document.cookie = 'wishes_fr=7.8;path=/'
  document.cookie = 'compare=b;path=/'

  fill()

  expect([pressed('[data-wish]'), pressed('[data-compare="b"]'), pressed('[data-compare="a-phone"]')]).toEqual(['true', 'true', 'false'])
  expect(document.querySelector('[data-wish-count]').textContent).toBe('2')
  expect(document.querySelector('[data-compare-bar]').hidden).toBe(false)
})

test('a device is chosen, left out again, and refused when the places are taken', () => {
  const told = vi.fn()
  document.addEventListener('toast', told, { once: true })

  toggleCompared('a-phone')
  toggleCompared('b')
  toggleCompared('c')
  expect(readCookie('compare')).toEqual(['a-phone', 'b'])
  expect(told.mock.calls[0][0].detail).toEqual({ level: 'error', text: 'Full' })

  toggleCompared('a-phone')
  toggleCompared('b')
  expect(document.querySelector('[data-compare-bar]').hidden).toBe(true)
})

test('a heart is sent to the list, and to the way off it when it is filled', async () => {
  const send = vi.fn(async (url) => {
    document.cookie = url.includes('add') ? 'wishes_fr=7;path=/' : 'wishes_fr=-;path=/'
    return { ok: true }
  })
  const heart = document.querySelector('[data-wish]')

  await toggleWish(heart, { send })
  expect(pressed('[data-wish]')).toBe('true')
  await toggleWish(heart, { send })

  expect(pressed('[data-wish]')).toBe('false')
  expect(send.mock.calls.map(([url]) => url)).toEqual(['/wishlist/add/', '/wishlist/remove/'])
  expect(send.mock.calls[0][1].body.get('wish')).toBe('a-phone,1,good')
})

test('a heart that could not be sent turns back and says why', async () => {
  const told = vi.fn()
  document.addEventListener('toast', told, { once: true })

  await toggleWish(document.querySelector('[data-wish]'), { send: async () => ({ ok: false, json: async () => ({ error: 'List is full' }) }) })

  expect(pressed('[data-wish]')).toBe('false')
  expect(told.mock.calls[0][0].detail).toEqual({ level: 'error', text: 'List is full' })
})
