namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>Says for a binding attribute whether the built-in converters are asked after its own.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ConverterFallbackBehaviorAttribute(ConverterFallbackBehavior fallbackBehavior) : Attribute
{
    public ConverterFallbackBehavior Behavior { get; } = fallbackBehavior;
}
