/* libyaml's headers; imported by YAML alone. */
#pragma once
#include <yaml.h>
