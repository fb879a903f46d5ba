namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>What a converter can learn about the parameter.</summary>
public static class ConverterContextExtensions
{
    /// <summary>Finds the binding attribute of the parameter. As in the official worker, its type is not compared.</summary>
    public static bool TryGetBindingAttribute<T>(this ConverterContext context, out object? bindingAttribute)
        where T : Attribute =>
        context.Properties.TryGetValue(PropertyBagKeys.BindingAttribute, out bindingAttribute);

    /// <inheritdoc cref="TryGetBindingAttribute{T}"/>
    public static bool TryGetBindingAttribute(this ConverterContext context, Type type, out object? bindingAttribute)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!typeof(Attribute).IsAssignableFrom(type))
        {
            throw new ArgumentException($"The type '{type}' must be an attribute.", nameof(type));
        }

        return context.Properties.TryGetValue(PropertyBagKeys.BindingAttribute, out bindingAttribute);
    }
}
