from django.urls import path

from .views import documents, home, listings, lists, places, products, promises, reviews

app_name = "api"
urlpatterns = [
    path("schema/", documents.SchemaView.as_view(), name="schema"),
    path("docs/", documents.docs, name="docs"),
    path("markets/", places.MarketsView.as_view(), name="markets"),
    path("categories/", places.CategoriesView.as_view(), name="categories"),
    path("categories/<slug:key>/", places.CategoryView.as_view(), name="category"),
    path("brands/", places.BrandsView.as_view(), name="brands"),
    path("brands/<slug:slug>/", places.BrandView.as_view(), name="brand"),
    path("promises/", promises.PromisesView.as_view(), name="promises"),
    path("sellers/", places.SellersView.as_view(), name="sellers"),
    path("sellers/<slug:slug>/", places.SellerView.as_view(), name="seller"),
    path("sellers/<slug:slug>/reviews/", reviews.SellerReviewsView.as_view(), name="seller_reviews"),
    path("compare/", products.CompareView.as_view(), name="compare"),
    path("cards/", lists.CardsView.as_view(), name="cards"),
    path("home/", home.HomeView.as_view(), name="home"),
    path("search/", lists.SearchView.as_view(), name="search"),
    path("suggestions/", lists.SuggestionsView.as_view(), name="suggestions"),
    path("products/", lists.ProductsView.as_view(), name="products"),
    path("products/<slug:name>/", products.ProductView.as_view(), name="product"),
    path("products/<slug:name>/offers/", products.OffersView.as_view(), name="offers"),
    path("products/<slug:name>/listings/", listings.ListingsView.as_view(), name="listings"),
    path("products/<slug:name>/related/", products.RelatedView.as_view(), name="related"),
    path("products/<slug:name>/questions/", reviews.QuestionsView.as_view(), name="questions"),
    path("products/<slug:name>/delivery/", products.DeliveryView.as_view(), name="delivery"),
    path("products/<slug:name>/reviews/", reviews.ProductReviewsView.as_view(), name="product_reviews"),
]
