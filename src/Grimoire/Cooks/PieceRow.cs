using System.Text.Json.Nodes;

namespace Grimoire.Cooks;

/// <summary>A piece of a cook as it is exported.</summary>
public sealed record PieceRow
{
    /// <summary>From 0.</summary>
    public required int Index { get; init; }

    /// <summary>The last cast of it; null if there was none.</summary>
    public string? CastId { get; init; }

    /// <summary>As lists of pieces have it.</summary>
    public required string Status { get; init; }

    public JsonObject? Inputs { get; init; }

    public JsonNode? Output { get; init; }

    public decimal? CostUsd { get; init; }

    public PieceError? Error { get; init; }
}

/// <summary>Why a piece has failed.</summary>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Message">For people.</param>
public sealed record PieceError(string Code, string Message);
