import { beforeEach, expect, test } from 'vitest'
import { closeMenus, sendOnce, toggleTheme } from './page.js'

beforeEach(() => {
  document.body.innerHTML = `
    <details class="menu" open><summary>Market</summary><a id="in" href="#">France</a></details>
    <button id="theme" data-theme-switch>Dark</button>
    <form method="post"><button id="pay">Pay</button></form>`
  delete document.documentElement.dataset.theme
})

const menu = () => document.querySelector('details')

test('a menu stays open while it is used and closes on a click elsewhere', () => {
  closeMenus({ type: 'click', target: document.getElementById('in') })
  expect(menu().open).toBe(true)

  closeMenus({ type: 'click', target: document.body })
  expect(menu().open).toBe(false)
})

test('escape closes a menu and gives the focus back to it', () => {
  closeMenus({ type: 'keydown', key: 'Escape', target: document.getElementById('in') })

  expect(menu().open).toBe(false)
  expect(document.activeElement).toBe(document.querySelector('summary'))
})

test('the theme is kept in a cookie that the server reads', () => {
  const target = document.getElementById('theme')

  toggleTheme({ target })
  expect(document.documentElement.dataset.theme).toBe('dark')
  expect(document.cookie).toBe('theme=dark')

  toggleTheme({ target })
  expect(document.documentElement.dataset.theme).toBeUndefined()
  expect(document.cookie).toBe('theme=light')
})

test('a form that was pressed twice is sent once', () => {
  const form = document.querySelector('form')
  const sent = []
  form.addEventListener('submit', sendOnce)
  form.addEventListener('submit', (event) => {
    sent.push(!event.defaultPrevented)
    event.preventDefault()
  })

  document.getElementById('pay').click()
  document.getElementById('pay').click()

  expect(sent).toEqual([true, false])
})
