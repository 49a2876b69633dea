from django.urls import path

from .views import audit, categories, customers, imports, payment_methods, products, shop, suppliers, tax_rates, units

app_name = "master"
urlpatterns = [
    # Products
    path("products/", products.product_list, name="product_list"),
    path("products/new/", products.product_create, name="product_create"),
    path("products/<int:pk>/", products.product_show, name="product_show"),
    path("products/<int:pk>/change/", products.product_change, name="product_change"),
    path("products/<int:pk>/deactivate/", products.product_deactivate, name="product_deactivate"),
    path("products/<int:pk>/activate/", products.product_activate, name="product_activate"),
    path("products/<int:pk>/delete/", products.product_delete, name="product_delete"),
    path("products/<int:pk>/units/new/", units.unit_create, name="unit_create"),
    path("units/<int:pk>/", units.unit_change, name="unit_change"),
    path("units/<int:pk>/delete/", units.unit_delete, name="unit_delete"),
    # Categories
    path("categories/", categories.category_list, name="category_list"),
    path("categories/new/", categories.category_create, name="category_create"),
    path("categories/<int:pk>/", categories.category_show, name="category_show"),
    path("categories/<int:pk>/change/", categories.category_change, name="category_change"),
    path("categories/<int:pk>/deactivate/", categories.category_deactivate, name="category_deactivate"),
    path("categories/<int:pk>/activate/", categories.category_activate, name="category_activate"),
    path("categories/<int:pk>/delete/", categories.category_delete, name="category_delete"),
    # Suppliers
    path("suppliers/", suppliers.supplier_list, name="supplier_list"),
    path("suppliers/new/", suppliers.supplier_create, name="supplier_create"),
    path("suppliers/<int:pk>/", suppliers.supplier_show, name="supplier_show"),
    path("suppliers/<int:pk>/change/", suppliers.supplier_change, name="supplier_change"),
    path("suppliers/<int:pk>/deactivate/", suppliers.supplier_deactivate, name="supplier_deactivate"),
    path("suppliers/<int:pk>/activate/", suppliers.supplier_activate, name="supplier_activate"),
    path("suppliers/<int:pk>/delete/", suppliers.supplier_delete, name="supplier_delete"),
    # Customers
    path("customers/", customers.customer_list, name="customer_list"),
    path("customers/new/", customers.customer_create, name="customer_create"),
    path("customers/<int:pk>/", customers.customer_show, name="customer_show"),
    path("customers/<int:pk>/change/", customers.customer_change, name="customer_change"),
    path("customers/<int:pk>/deactivate/", customers.customer_deactivate, name="customer_deactivate"),
    path("customers/<int:pk>/activate/", customers.customer_activate, name="customer_activate"),
    path("customers/<int:pk>/delete/", customers.customer_delete, name="customer_delete"),
    # The shop
    path("shop/", shop.shop_profile, name="shop_profile"),
    path("shop/logo/", shop.shop_logo, name="shop_logo"),
    path("shop/tax-rates/new/", tax_rates.tax_rate_create, name="tax_rate_create"),
    path("shop/tax-rates/<int:pk>/change/", tax_rates.tax_rate_change, name="tax_rate_change"),
    path("shop/tax-rates/<int:pk>/delete/", tax_rates.tax_rate_delete, name="tax_rate_delete"),
    path("shop/payment-methods/", payment_methods.payment_method_list, name="payment_method_list"),
    path("shop/payment-methods/new/", payment_methods.payment_method_create, name="payment_method_create"),
    path("shop/payment-methods/<int:pk>/", payment_methods.payment_method_change, name="payment_method_change"),
    path(
        "shop/payment-methods/<int:pk>/deactivate/",
        payment_methods.payment_method_deactivate,
        name="payment_method_deactivate",
    ),
    path(
        "shop/payment-methods/<int:pk>/activate/",
        payment_methods.payment_method_activate,
        name="payment_method_activate",
    ),
    path("audit/", audit.audit_list, name="audit_list"),
    # Bringing data in
    path("import/", imports.import_start, name="import_start"),
    path("import/template/<slug:name>.<slug:form>", imports.import_template, name="import_template"),
    path("import/<slug:token>/", imports.import_check, name="import_check"),
    path("import/<slug:token>/apply/", imports.import_apply, name="import_apply"),
    path("import/<slug:token>/drop/", imports.import_drop, name="import_drop"),
]
