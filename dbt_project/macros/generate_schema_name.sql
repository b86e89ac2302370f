{#- Everything that dbt writes goes to the stage of the run, also what a model's `schema` or `store_failures` would
    put elsewhere: readers must not see it before it is published. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema }}
{%- endmacro %}
