namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>What a property of a binding attribute is when it is not set.</summary>
[AttributeUsage(AttributeTargets.Property)]
public class DefaultValueAttribute : Attribute
{
    public DefaultValueAttribute(string stringDefault) => DefaultStringValue = stringDefault;

    public DefaultValueAttribute(bool boolDefault) => DefaultBoolValue = boolDefault;

    public string? DefaultStringValue { get; }

    public bool? DefaultBoolValue { get; }
}
