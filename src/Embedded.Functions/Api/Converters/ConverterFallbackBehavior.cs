namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>Whether the built-in converters are asked when those of a binding did not handle an input.</summary>
public enum ConverterFallbackBehavior
{
    Allow = 0,
    Disallow = 1,
    Default = Allow,
}
