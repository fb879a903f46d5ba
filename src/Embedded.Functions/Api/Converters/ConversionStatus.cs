namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>What became of an input.</summary>
public enum ConversionStatus
{
    Unhandled,
    Succeeded,
    Failed,
}
