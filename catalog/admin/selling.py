"""Sellers, their listings and the buy box's results; price, stock and levels change through services only."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.admin import ReadOnlyAdmin
from backmarket.core.money import Money
from catalog.enums import SellerLevel
from catalog.models import Listing, ListingMarket, Offer, Seller, Sku
from catalog.rules.attributes import variant_text
from catalog.services import listings, sellers

REASON = "changed in the admin"


def _sku_text(sku: Sku) -> str:
    return " · ".join(filter(None, [sku.product.full_name, variant_text(sku.attributes, sku.colour_name)]))


@admin.register(Seller)
class SellerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "country", "level", "quality_permille", "rating", "rating_count", "is_active")
    list_filter = ("level", "is_active", "country", "tax_scheme")
    search_fields = ("name", "legal_name", "vat_number", "slug")
    fieldsets = (
        (None, {"fields": ("name", "level", "is_active", "quality_permille", "quality_lower_permille")}),
        (
            _("Company"),
            {
                "fields": (
                    *("legal_name", "legal_form", "street", "postcode", "city", "country"),
                    *("register_number", "vat_number", "tax_scheme"),
                )
            },
        ),
        (_("Selling"), {"fields": ("home_market", "markets", "handling_hours", "commission_permille", "created_at")}),
    )
    changeable = ("level", "is_active")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Seller | None = None) -> tuple[str, ...]:
        fields = [str(field) for _title, options in self.fieldsets for field in options["fields"]]
        return tuple(field for field in fields if field not in self.changeable)

    def save_model(self, request: HttpRequest, obj: Seller, form: Any, change: bool) -> None:
        actor, now = Actor.of(request), clock.now()
        level, is_active = SellerLevel(form.cleaned_data["level"]), form.cleaned_data["is_active"]
        sellers.set_level(seller_id=obj.pk, level=level, actor=actor, reason=REASON, now=now)
        sellers.set_active(seller_id=obj.pk, is_active=is_active, actor=actor, reason=REASON, now=now)


class ListingForm(forms.ModelForm):  # type: ignore[type-arg]
    available = forms.IntegerField(
        label=_("Units on sale"),
        min_value=0,
        max_value=listings.MAX_QUANTITY,
        help_text=_("Units held for orders being paid come on top."),
    )

    class Meta:
        model = Listing
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["available"].initial = self.instance.available


class ListingMarketForm(forms.ModelForm):  # type: ignore[type-arg]
    price = forms.CharField(label=_("Price"), max_length=20)

    class Meta:
        model = ListingMarket
        fields = ("is_published",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            price = Money(self.instance.price_minor, self.instance.currency)
            self.fields["price"].initial = str(price.decimal)

    def clean_price(self) -> Money:
        try:
            price = Money.parse(self.cleaned_data["price"], self.instance.currency)
            listings.check_price(price, self.instance.market)
        except ValueError as error:
            raise ValidationError(_("Write an amount such as 129.90.")) from error
        except listings.PriceRefusedError as error:
            raise ValidationError(str(error.text)) from error
        return price


class ListingMarketInline(admin.TabularInline):  # type: ignore[type-arg]
    model = ListingMarket
    form = ListingMarketForm
    fields = ("market", "currency", "price", "is_published", "lowest", "comment")
    readonly_fields = ("market", "currency", "lowest", "comment")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("lowest price"))
    def lowest(self, row: ListingMarket) -> str:
        return Money(row.min_price_minor, row.currency).format() if row.min_price_minor else "–"


@admin.register(Listing)
class ListingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = ListingForm
    list_display = ("seller_sku", "seller", "sku_text", "grade", "quantity", "reserved", "warranty_months")
    list_filter = ("grade", "warranty_months", "seller__country")
    list_select_related = ("seller", "sku__product__brand")
    search_fields = ("seller_sku", "=public_id", "seller__name", "sku__product__name")
    fields = (
        *("seller", "seller_sku", "public_id", "sku_text", "grade", "available", "quantity", "reserved"),
        *("handling_hours", "warranty_months", "created_at"),
    )
    readonly_fields = tuple(field for field in fields if field != "available")
    inlines = (ListingMarketInline,)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("device"))
    def sku_text(self, listing: Listing) -> str:
        return _sku_text(listing.sku)

    def save_model(self, request: HttpRequest, obj: Listing, form: Any, change: bool) -> None:
        if "available" in form.changed_data:
            listings.set_quantity(
                listing_id=obj.pk, quantity=form.cleaned_data["available"], actor=Actor.of(request), now=clock.now()
            )

    def save_formset(
        self, request: HttpRequest, form: Any, formset: BaseInlineFormSet[Any, Any, Any], change: bool
    ) -> None:
        """Change prices and publication through services, so that the buy box follows and the trail knows who."""
        actor, now = Actor.of(request), clock.now()
        changed = [row for row in formset.forms if row.has_changed()]
        for row in changed:
            market, data = row.instance.market, row.cleaned_data
            listings.set_price(listing_id=form.instance.pk, market=market, price=data["price"], actor=actor, now=now)
            listings.set_published(
                listing_id=form.instance.pk, market=market, is_published=data["is_published"], actor=actor, now=now
            )
        # The admin writes its own log from these.
        formset.new_objects, formset.deleted_objects = [], []
        formset.changed_objects = [(row.instance, row.changed_data) for row in changed]


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    list_display = ("sku_text", "market", "grade", "price", "seller", "in_stock", "why", "elected_at")
    list_filter = ("market", "grade", "in_stock", "reason")
    list_select_related = ("seller", "sku__product__brand")
    search_fields = ("sku__product__name", "sku__product__brand__name", "seller__name", "=sku__public_id")
    fields = (
        *("sku_text", "market", "grade", "price", "seller", "listing", "in_stock", "why", "elected_at"),
        "candidates",
    )
    ordering = ("-elected_at",)
    show_full_result_count = False

    @admin.display(description=_("device"))
    def sku_text(self, offer: Offer) -> str:
        return _sku_text(offer.sku)

    @admin.display(description=_("price"), ordering="price_minor")
    def price(self, offer: Offer) -> str:
        return Money(offer.price_minor, offer.currency).format()

    @admin.display(description=_("reason"), ordering="reason")
    def why(self, offer: Offer) -> str:
        return offer.reason.replace("_", " ").capitalize()

    @admin.display(description=_("candidates, the winner first"))
    def candidates(self, offer: Offer) -> SafeString:
        """Show the election as it was: every candidate with what counted."""
        names = dict(Seller.objects.filter(pk__in=[row["seller_id"] for row in offer.inputs]).values_list("pk", "name"))
        rows = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            (
                (
                    names.get(row["seller_id"], row["seller_id"]),
                    Money(row["price_minor"], offer.currency).format(),
                    Money(row["delivery_minor"], offer.currency).format(),
                    Money(-row["bonus_minor"], offer.currency).format(),
                    Money(row["score_minor"], offer.currency).format(),
                    row["days"],
                )
                for row in offer.inputs
            ),
        )
        titles = (_("Seller"), _("Price"), _("Delivery"), _("Quality bonus"), _("Score"), _("Days"))
        head = format_html_join("", "<th>{}</th>", ((title,) for title in titles))
        return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, rows)
