namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Whether a cookie is sent with requests that come from other sites.</summary>
public enum SameSite
{
    /// <summary>Not said in the cookie: browsers take it for <see cref="Lax"/>.</summary>
    None = 0,

    /// <summary>Only when a link is followed to the cookie's site.</summary>
    Lax = 1,

    /// <summary>Never.</summary>
    Strict = 2,

    /// <summary>Always. Needs a secure cookie.</summary>
    ExplicitNone = 3,
}
