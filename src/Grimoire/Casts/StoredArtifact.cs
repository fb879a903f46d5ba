namespace Grimoire.Casts;

/// <summary>Something that a cast has made, as it is listed and as outputs refer to it.</summary>
/// <param name="Artifact">Its name: unique within the cast.</param>
/// <param name="Sha256">Of the content, in lower-case hexadecimal digits.</param>
/// <param name="CastId">The cast that made it: another one than the reader's after a redrive.</param>
public sealed record StoredArtifact(string Artifact, string ContentType, long Bytes, string Sha256, string CastId, string Step, int Attempt, string Url, int? Item = null);
