"""Brands, categories, product models and SKUs; whatever is saved is found by search at once."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backmarket.core.money import Money
from catalog.models import Brand, Category, ProductModel, Sku
from catalog.rules.attributes import AttributeRefusedError, checked
from catalog.selectors.names import names
from catalog.services.indexing import index_products


@admin.register(Brand)
class BrandAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "slug", "product_count")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Brand]:
        return Brand.objects.annotate(products_counted=Count("products"))

    @admin.display(description=_("products"), ordering="products_counted")
    def product_count(self, brand: Any) -> int:
        count: int = brand.products_counted
        return count

    def save_model(self, request: HttpRequest, obj: Brand, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "name" in form.changed_data:
            index_products(obj.products.values_list("pk", flat=True))


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Category
        fields = ("key", "parent", "names", "guide", "family", "position")

    def clean_parent(self) -> Category | None:
        """Refuse a parent that lies below the category itself: pages would walk in circles."""
        parent: Category | None = self.cleaned_data["parent"]
        above = parent
        while above is not None:
            if above.pk == self.instance.pk:
                raise ValidationError(_("A category cannot lie below itself."))
            above = above.parent
        return parent


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = CategoryForm
    list_display = ("__str__", "key", "parent", "family", "position")
    list_filter = ("parent",)
    list_select_related = ("parent",)
    search_fields = ("key", "names")
    autocomplete_fields = ("parent",)

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        names.forget()
        if change and {"names", "parent"} & set(form.changed_data):
            # Products are found by the words of every category above them.
            index_products()


def _launch_price(sku: Sku) -> str:
    return Money(sku.new_price_minor, "EUR").format() if sku.new_price_minor else "–"


class SkuForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Sku
        fields = (
            *("product", "key", "attributes", "storage_gb", "memory_gb", "colour", "colour_names", "colour_hex"),
            "new_price_minor",
        )

    def clean_attributes(self) -> dict[str, str | int | float]:
        attributes = self.cleaned_data["attributes"]
        try:
            return checked(attributes)
        except (AttributeRefusedError, AttributeError) as error:
            raise ValidationError(str(error)) from error


class SkuInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Sku
    fields = ("key", "storage_gb", "memory_gb", "colour", "colour_hex", "launch_price")
    readonly_fields = fields
    extra = 0
    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("price when new"))
    def launch_price(self, sku: Sku) -> str:
        return _launch_price(sku)


@admin.register(ProductModel)
class ProductModelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "brand", "category", "launch_year", "popularity", "state", "sku_count")
    list_filter = ("state", "category", "launch_year")
    list_select_related = ("brand", "category")
    search_fields = ("name", "brand__name", "slug", "=source_ref")
    autocomplete_fields = ("brand", "category")
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("public_id", "source_ref", "search_text")
    inlines = (SkuInline,)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductModel]:
        return ProductModel.objects.annotate(skus_counted=Count("skus"))

    @admin.display(description=_("SKUs"), ordering="skus_counted")
    def sku_count(self, product: Any) -> int:
        count: int = product.skus_counted
        return count

    def save_model(self, request: HttpRequest, obj: ProductModel, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        index_products([obj.pk])


@admin.register(Sku)
class SkuAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = SkuForm
    list_display = ("product", "storage", "memory", "colour", "key", "launch_price")
    list_filter = ("storage_gb", "memory_gb")
    list_select_related = ("product__brand",)
    search_fields = ("product__name", "product__brand__name", "key", "=public_id")
    autocomplete_fields = ("product",)
    readonly_fields = ("public_id",)
    show_full_result_count = False

    @admin.display(description=_("storage"), ordering="storage_gb")
    def storage(self, sku: Sku) -> str:
        return f"{sku.storage_gb}\N{NO-BREAK SPACE}GB" if sku.storage_gb else "–"

    @admin.display(description=_("memory"), ordering="memory_gb")
    def memory(self, sku: Sku) -> str:
        return f"{sku.memory_gb}\N{NO-BREAK SPACE}GB" if sku.memory_gb else "–"

    @admin.display(description=_("price when new"), ordering="new_price_minor")
    def launch_price(self, sku: Sku) -> str:
        return _launch_price(sku)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Sku], search_term: str
    ) -> tuple[QuerySet[Sku], bool]:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        return found.select_related("product__brand"), duplicates

    def save_model(self, request: HttpRequest, obj: Sku, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        index_products([obj.product_id])
