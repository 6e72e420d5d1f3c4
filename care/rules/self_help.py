"""What a shopper can try before writing, by issue: steps that solve the common cases in minutes."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from care.enums import Issue


@dataclass(frozen=True, slots=True)
class Tip:
    """One thing to try: what it is about and its steps, in order."""

    title: str | Promise
    steps: tuple[str | Promise, ...]


_RESTART = Tip(
    _("Restart it, then update it"),
    (
        _("iPhone or iPad: press volume up, press volume down, then hold the side button until the logo appears."),
        _("Android: hold power and volume down for ten seconds."),
        _("Laptop: shut it down, unplug it, hold the power button for 15 seconds, start it again."),
        _("Then install the latest system update: many faults of refurbished devices end here."),
    ),
)
_WITHDRAW = Tip(
    _("You have 30 days from delivery"),
    (
        _("Write below that you want to return it; you need not say why."),
        _("The seller sends you a label and the address for the return."),
        _("Remove your accounts and your lock code, then erase the device before you hand it over."),
        _("You are refunded once the seller has it back, at the latest 14 days after."),
    ),
)

TIPS: dict[str, tuple[Tip, ...]] = {
    Issue.NOT_RECEIVED: (
        Tip(
            _("Look where the parcel is"),
            (
                _("Open the tracking link on your order page: it shows the carrier's last scan."),
                _("“Delivered”, but not there? Ask neighbours and the reception, look for a card in the letter box."),
                _("At a pick-up point it waits 7 to 14 days; bring an identity card."),
                _("No scan for three working days? Write below, the seller opens an enquiry with the carrier."),
            ),
        ),
    ),
    Issue.BATTERY: (
        Tip(
            _("Read the battery's health: below 80 percent is a defect"),
            (
                _("iPhone: Settings, Battery, Battery Health. Take a screenshot of “Maximum capacity”."),
                _("iPad or Mac: System Settings, Battery, the (i) beside Battery Health."),
                _("Samsung: the Members app, Support, Phone diagnostics, Battery status."),
                _("Windows: run “powercfg /batteryreport” and compare full charge with design capacity."),
            ),
        ),
        Tip(
            _("The first days with a new set-up use more power"),
            (
                _("Photos, apps and the search index are rebuilt for up to 48 hours after you move in."),
                _("Charge it in full once with a charger of 18 W or more, and let it run down to 10 %."),
                _("Settings, Battery shows which app uses most; update or remove it."),
            ),
        ),
    ),
    Issue.SCREEN: (
        Tip(
            _("Touch does not answer, or answers by itself"),
            (
                _("Take off case and screen protector, clean the glass with a dry soft cloth."),
                _("Unplug the charger: a poor one makes the screen touch itself."),
                _("Restart it and try again in safe mode, without other apps."),
            ),
        ),
        Tip(
            _("Colours, brightness or flicker"),
            (
                _("Switch off Night Shift, True Tone, adaptive brightness and power saving, one by one."),
                _("Laptop: connect another screen. If that one flickers too, it is the system, not the panel."),
                _("Lines, spots and burnt-in images do not go away: photograph them on a white background."),
            ),
        ),
    ),
    Issue.SOUND: (
        Tip(
            _("Find out which part is silent"),
            (
                _("Disconnect Bluetooth devices: the sound may go to headphones in another room."),
                _("Check the silent switch, the volume while something plays, and “Do not disturb”."),
                _("Record a voice memo and play it: that tries microphone and loudspeaker at once."),
                _("Brush the openings with a soft dry toothbrush; dust is the most common cause."),
            ),
        ),
        Tip(
            _("Earbuds and headphones"),
            (
                _("Put both into the case, hold its button for 15 seconds until it blinks, pair them again."),
                _("Clean the mesh; check the balance between left and right in the accessibility settings."),
            ),
        ),
    ),
    Issue.LOCKED: (
        Tip(
            _("It asks for an account or a code that is not yours"),
            (
                _("“iPhone locked to owner” or a Google account that you do not know: do not try codes, stop here."),
                _("Photograph the screen: a device must reach you without any account, the seller has to unlock it."),
                _("“Remote management” or a company's name? That is a company's lock: photograph it too."),
            ),
        ),
        Tip(
            _("It refuses your SIM card"),
            (
                _("Dial *#06# and note the IMEI; put the SIM into another phone to see that it works."),
                _("iPhone: Settings, General, About, “Carrier Lock” must say “No SIM restrictions”."),
            ),
        ),
    ),
    Issue.DEFECTIVE: (
        _RESTART,
        Tip(
            _("It does not charge or does not start"),
            (
                _("Leave it on another cable and charger for an hour: a flat battery starts late."),
                _("Clean the charging port with a wooden toothpick, never with metal."),
                _("Laptop: hold power for 30 seconds with the charger unplugged, plug it in, start it."),
            ),
        ),
    ),
    Issue.WORSE_THAN_DESCRIBED: (
        Tip(
            _("What your grade allows"),
            (
                _("Premium: flawless. Excellent: marks that cannot be seen at 20 cm."),
                _("Good: marks that cannot be seen at 50 cm. Fair: visible scratches or dents."),
                _("Photograph it in daylight, switched off, once at the distance of its grade and once close up."),
            ),
        ),
    ),
    Issue.WRONG_ITEM: (
        Tip(
            _("See what you really have"),
            (
                _("Settings, General, About (or About phone) shows model, storage and IMEI."),
                _("Compare it with your order page, then photograph the device, its label and the parcel's label."),
            ),
        ),
    ),
    Issue.CHANGED_MIND: (_WITHDRAW,),
    Issue.OTHER: (_RESTART,),
}

ICONS: dict[str, str] = {
    Issue.NOT_RECEIVED: "truck",
    Issue.DEFECTIVE: "tool",
    Issue.BATTERY: "batt",
    Issue.SCREEN: "phone",
    Issue.SOUND: "bell",
    Issue.WORSE_THAN_DESCRIBED: "eye",
    Issue.WRONG_ITEM: "box",
    Issue.LOCKED: "lock",
    Issue.CHANGED_MIND: "return",
    Issue.OTHER: "chat",
}
