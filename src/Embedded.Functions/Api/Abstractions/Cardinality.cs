namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Whether a function takes one event or a batch of them.</summary>
public enum Cardinality
{
    Many,
    One,
}
