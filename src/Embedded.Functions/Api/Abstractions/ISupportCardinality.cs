namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>A binding that can carry one item or many.</summary>
public interface ISupportCardinality
{
    public Cardinality Cardinality { get; set; }
}
