namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>A type that a converter can convert to.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class SupportedTargetTypeAttribute : Attribute
{
    public SupportedTargetTypeAttribute(Type targetType)
    {
        ArgumentNullException.ThrowIfNull(targetType);

        TargetType = targetType;
    }

    public Type TargetType { get; }
}
