namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>What a converter made of an input.</summary>
public readonly struct ConversionResult
{
    ConversionResult(ConversionStatus status, object? value, Exception? error)
    {
        Status = status;
        Value = value;
        Error = error;
    }

    public ConversionStatus Status { get; }

    /// <summary>The converted value, if the conversion succeeded.</summary>
    public object? Value { get; }

    /// <summary>Why the conversion failed, if it did.</summary>
    public Exception? Error { get; }

    /// <summary>The input is not this converter's business; the next one is asked.</summary>
    public static ConversionResult Unhandled() => default;

    public static ConversionResult Success(object? value) => new(ConversionStatus.Succeeded, value, error: null);

    /// <summary>The input is this converter's business, but cannot be converted. No other one is asked.</summary>
    public static ConversionResult Failed(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);

        return new ConversionResult(ConversionStatus.Failed, value: null, exception);
    }
}
