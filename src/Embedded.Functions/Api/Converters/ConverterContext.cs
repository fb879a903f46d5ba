namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>What a converter is asked to convert.</summary>
public abstract class ConverterContext
{
    public abstract Type TargetType { get; }

    public abstract object? Source { get; }

    public abstract FunctionContext FunctionContext { get; }

    /// <summary>What else is known about the parameter, such as its binding attribute.</summary>
    public abstract IReadOnlyDictionary<string, object> Properties { get; }
}
