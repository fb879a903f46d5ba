namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>The names under which parameters and converter contexts carry what is known about them.</summary>
internal static class PropertyBagKeys
{
    internal const string ConverterType = "converterType";
    internal const string BindingAttribute = "bindingAttribute";
    internal const string ConverterFallbackBehavior = "converterFallbackBehavior";
    internal const string BindingAttributeSupportedConverters = "bindingAttributeSupportedConverters";
}
